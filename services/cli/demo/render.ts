import sharp from 'sharp';
import { CLIP_MS, FPS, HEIGHT_PX, WIDTH_PX, cameraAt, viewHeight } from './camera.js';
import type { Scene } from './cast.js';
import { photoPath } from './photos.js';

/** What sharp can blur by. */
const LEAST_BLUR = 0.3;

/** The frames of a clip: [HEIGHT_PX, WIDTH_PX, 3] uint8 RGB each, in order of time. */
export async function* renderFrames(scene: Scene): AsyncGenerator<Buffer> {
  const photo = await sharp(photoPath(scene.photo))
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height } = photo.info;
  const frames = Math.round((CLIP_MS / 1000) * FPS);
  for (let frame = 0; frame < frames; frame++) {
    const { view, blurSigma, light } = cameraAt(scene, (frame * 1000) / FPS);
    const picture = sharp(photo.data, { raw: { width, height, channels: 3 } })
      .extract({ left: view.left, top: view.top, width: view.width, height: viewHeight(view) })
      .resize(WIDTH_PX, HEIGHT_PX, { fit: 'fill' });
    if (blurSigma >= LEAST_BLUR) picture.blur(blurSigma);
    if (light < 1) picture.linear(light, 0);
    yield await picture.raw().toBuffer();
  }
}
