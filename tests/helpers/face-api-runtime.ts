import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * @vladmandic/face-api running its own networks, as the judge of the graphs that are built from its
 * weights. Its browser build carries all of TensorFlow.js with a backend in plain JavaScript: slow
 * (some 15 s for a detection), but it needs nothing that is not installed anyway.
 */
export interface FaceApiRuntime {
  /** pixels: [512, 512, 3]; boxes: [5118 * 4], scores: [5118]. */
  detect(pixels: Uint8Array): Promise<{ boxes: Float32Array; scores: Float32Array }>;
  /** pixels: [112, 112, 3]; returns [136]. */
  landmarks(pixels: Uint8Array): Promise<Float32Array>;
  /** pixels: [150, 150, 3]; returns [128]. */
  feature(pixels: Uint8Array): Promise<Float32Array>;
}

interface Tensor {
  data(): Promise<Float32Array>;
}
interface Network<Output> {
  loadFromWeightMap(map: unknown): void;
  forward(input: Tensor): Promise<Output>;
}
interface FaceApiModule {
  readonly tf: {
    enableProdMode(): void;
    setBackend(name: 'cpu'): Promise<boolean>;
    tensor3d(values: Uint8Array, shape: [number, number, number], type: 'int32'): Tensor;
    readonly io: { decodeWeights(bytes: ArrayBuffer, specs: unknown): unknown };
  };
  readonly nets: {
    readonly ssdMobilenetv1: Network<{ boxes: [Tensor]; scores: [Tensor] }>;
    readonly faceLandmark68Net: Network<Tensor>;
    readonly faceRecognitionNet: Network<Tensor>;
  };
}

const packageFolder = path.dirname(
  createRequire(import.meta.url).resolve('@vladmandic/face-api/package.json'),
);

/** One of the package's photos: 1 to 6. */
export function demoPhoto(index: number): string {
  return path.join(packageFolder, 'demo', `sample${index}.jpg`);
}

export async function startFaceApi(): Promise<FaceApiRuntime> {
  const { tf, nets } = await importBrowserBuild();
  tf.enableProdMode();
  await tf.setBackend('cpu');
  await load(tf, nets.ssdMobilenetv1, 'ssd_mobilenetv1_model');
  await load(tf, nets.faceLandmark68Net, 'face_landmark_68_model');
  await load(tf, nets.faceRecognitionNet, 'face_recognition_model');
  const square = (pixels: Uint8Array, side: number) =>
    tf.tensor3d(pixels, [side, side, 3], 'int32');
  return {
    async detect(pixels) {
      const { boxes, scores } = await nets.ssdMobilenetv1.forward(square(pixels, 512));
      return { boxes: await boxes[0].data(), scores: await scores[0].data() };
    },
    landmarks: async (pixels) => (await nets.faceLandmark68Net.forward(square(pixels, 112))).data(),
    feature: async (pixels) => (await nets.faceRecognitionNet.forward(square(pixels, 150))).data(),
  };
}

/** The build refuses to start in Node unless it takes the place for a browser's worker. */
async function importBrowserBuild(): Promise<FaceApiModule> {
  const url = pathToFileURL(path.join(packageFolder, 'dist', 'face-api.esm.js')).href;
  Object.assign(globalThis, { WorkerGlobalScope: Object });
  try {
    return (await import(url)) as FaceApiModule;
  } finally {
    Reflect.deleteProperty(globalThis, 'WorkerGlobalScope');
  }
}

async function load(
  tf: FaceApiModule['tf'],
  network: Network<unknown>,
  name: string,
): Promise<void> {
  const file = path.join(packageFolder, 'model', name);
  const text = await readFile(`${file}-weights_manifest.json`, 'utf8');
  const [group] = JSON.parse(text) as [{ weights: unknown }];
  const bytes = Uint8Array.from(await readFile(`${file}.bin`));
  network.loadFromWeightMap(tf.io.decodeWeights(bytes.buffer, group.weights));
}
