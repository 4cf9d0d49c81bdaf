import { connect } from '../../services/search/client.js';
import { startService } from '../../services/compose.js';
import { testConfig } from './service.js';

/**
 * A process that runs the whole service on a data folder, submits the clips it is given, says `ready`
 * when all are accepted and `done` when all are at their end. It is there to be killed.
 * Arguments: data folder, folder of the clips, socket, picture of who is enrolled, clips.
 */
async function main([data, clips, socket, person, ...paths]: readonly string[]): Promise<void> {
  if (data === undefined || clips === undefined) throw new Error('which folders?');
  // Every kill costs the clips in work an attempt: here it is not the clips that are to blame.
  const config = testConfig(data, clips, { maxAttempts: 100 });
  const service = await startService({
    config,
    grpcAddress: `unix:${socket ?? ''}`,
    httpAddress: null,
    watch: null,
  });
  const client = connect(service.grpcAddress);
  const galleryId = config.watchGallery;
  const source = { $case: 'uri', uri: `file://${person ?? ''}` } as const;
  const sources = [{ source }];
  await client.identities.enrollIdentity({ galleryId, identityId: 'ada', sources });
  const accepted = await Promise.all(
    paths.map((path) => client.clips.submitClip({ galleryId, uri: `file://${path}` })),
  );
  process.stdout.write('ready\n');
  const ids = accepted.map(({ clip }) => clip?.clipId ?? '');
  await Promise.all(ids.map((clipId) => client.clips.waitClip({ galleryId, clipId })));
  process.stdout.write('done\n');
  client.close();
  await service.close();
}

await main(process.argv.slice(2));
