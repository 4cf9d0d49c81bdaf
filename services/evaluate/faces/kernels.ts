import type { FacePixels } from './degrade.js';

/** Where a blurred pixel takes its light from: offsets in pixels, all with the same weight. */
export type Kernel = readonly (readonly [dx: number, dy: number])[];

/** A line through the pixel, `half` pixels to either side: what a moving camera sees. */
export function lineKernel(half: number, angle: number): Kernel {
  return Array.from({ length: 2 * half + 1 }, (_, i) => {
    const along = i - half;
    return [Math.round(along * Math.cos(angle)), Math.round(along * Math.sin(angle))] as const;
  });
}

/** A disc around the pixel: what a lens out of focus draws. */
export function discKernel(radius: number): Kernel {
  const offsets: [number, number][] = [];
  const most = Math.floor(radius);
  for (let dy = -most; dy <= most; dy++) {
    for (let dx = -most; dx <= most; dx++) {
      if (Math.hypot(dx, dy) <= radius) offsets.push([dx, dy]);
    }
  }
  return offsets;
}

/** [sidePx, sidePx, 3]: every pixel as the mean of those at the kernel's offsets; the edge goes on. */
export function blurKernel({ sidePx, pixels }: FacePixels, kernel: Kernel): Uint8Array {
  const out = new Uint8Array(pixels.length);
  const inside = (value: number): number => Math.min(sidePx - 1, Math.max(0, value));
  for (let y = 0; y < sidePx; y++) {
    for (let x = 0; x < sidePx; x++) {
      let [red, green, blue] = [0, 0, 0];
      for (const [dx, dy] of kernel) {
        const from = (inside(y + dy) * sidePx + inside(x + dx)) * 3;
        red += pixels[from] ?? 0;
        green += pixels[from + 1] ?? 0;
        blue += pixels[from + 2] ?? 0;
      }
      const at = (y * sidePx + x) * 3;
      out[at] = Math.round(red / kernel.length);
      out[at + 1] = Math.round(green / kernel.length);
      out[at + 2] = Math.round(blue / kernel.length);
    }
  }
  return out;
}
