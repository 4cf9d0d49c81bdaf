import type { Server } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';
import { service as healthService } from 'grpc-health-check';
import { FILE_DESCRIPTORS } from '../gen/descriptors.js';

type PackageDefinition = ConstructorParameters<typeof ReflectionService>[0];

/** Lets tools like grpcurl see the services, with the comments of the .proto files. */
export function addReflection(server: Server): void {
  const ours = FILE_DESCRIPTORS.map((base64) => Buffer.from(base64, 'base64'));
  const health = healthService['Check']?.requestType.fileDescriptorProtos ?? [];
  new ReflectionService(packageOf([...ours, ...health])).addToServer(server);
}

/** The library looks at nothing but the descriptors, wherever in a package they hang. */
function packageOf(fileDescriptorProtos: Buffer[]): PackageDefinition {
  const format = 'Protocol Buffer 3 EnumDescriptorProto';
  return { descriptors: { format, type: {}, fileDescriptorProtos } };
}
