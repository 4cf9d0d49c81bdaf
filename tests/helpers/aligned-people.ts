import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { loadConfig } from '../../services/config.js';
import { photoPath } from '../../services/cli/demo/photos.js';
import { prepareDefaultBundle } from '../../services/models/prepare.js';
import { Aligner } from '../../services/vision/aligner.js';
import { LocalRunner } from '../../services/vision/runtime/local-runner.js';
import { createStages } from '../../services/vision/stages.js';

const SIDE_PX = 112;
const WIDTH_PX = 1280;
const PHOTOS = ['sample1.jpg', 'sample4.jpg'];
const CHALLENGE = {
  kind: 'similarity-5-points',
  sizePx: SIDE_PX,
  pointsPx: 'arcface-112',
} as const;

/**
 * Writes one folder a person into `folder`, each with `each` aligned faces: those of photographs that a
 * package carries, one person a face, in other light and turned a little. Returns the people's number.
 */
export async function writeAlignedPeople(folder: string, each: number): Promise<number> {
  const bundle = await prepareDefaultBundle(join(loadConfig({}, {}).models, 'default'));
  const runner = await LocalRunner.open(bundle, { provider: 'cpu', threads: 1 });
  const { detector, pointFinder } = createStages(runner, bundle.manifest);
  const aligner = new Aligner(CHALLENGE);
  let people = 0;
  for (const photo of PHOTOS) {
    const picture = sharp(photoPath(photo)).resize(WIDTH_PX).removeAlpha().raw();
    const { data, info } = await picture.toBuffer({ resolveWithObject: true });
    const size = { widthPx: info.width, heightPx: info.height, timestampMs: 0 };
    const frame = { ...size, pixels: Uint8Array.from(data) };
    for (const face of await pointFinder.locate(frame, await detector.detect(frame))) {
      await writePerson(join(folder, `person-${people++}`), aligner.chips(frame, [face]), each);
    }
  }
  return people;
}

/** chip: [112, 112, 3]. */
async function writePerson(folder: string, chip: Uint8Array, each: number): Promise<void> {
  await mkdir(folder, { recursive: true });
  const raw = { width: SIDE_PX, height: SIDE_PX, channels: 3 } as const;
  for (let i = 0; i < each; i++) {
    await sharp(chip, { raw })
      .rotate((i % 5) - 2, { background: '#000000' })
      .resize(SIDE_PX, SIDE_PX)
      .modulate({ brightness: 0.8 + 0.05 * (i % 9) })
      .flop(i % 2 === 1)
      .png()
      .toFile(join(folder, `${String(i).padStart(3, '0')}.png`));
  }
}
