/** An axis-aligned box; the unit (pixels or a share of the picture) is in the name that holds it. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Area of overlap over area of union, in [0, 1]; 0 where either box is empty. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / (a.width * a.height + b.width * b.height - shared);
}

/** The box cut to [0, maxWidth] x [0, maxHeight]; may come out empty. */
export function clampBox(box: Box, maxWidth: number, maxHeight: number): Box {
  const left = Math.min(Math.max(box.x, 0), maxWidth);
  const top = Math.min(Math.max(box.y, 0), maxHeight);
  const right = Math.min(Math.max(box.x + box.width, 0), maxWidth);
  const bottom = Math.min(Math.max(box.y + box.height, 0), maxHeight);
  return { x: left, y: top, width: Math.max(0, right - left), height: Math.max(0, bottom - top) };
}

/** A box in pixels as shares of the picture, each in [0, 1]. */
export function normalizeBox(boxPx: Box, widthPx: number, heightPx: number): Box {
  const cut = clampBox(boxPx, widthPx, heightPx);
  return {
    x: cut.x / widthPx,
    y: cut.y / heightPx,
    width: cut.width / widthPx,
    height: cut.height / heightPx,
  };
}

/** Distance between the centres over the mean side of the two boxes; 0 for the same centre. */
export function relativeCentreDistance(a: Box, b: Box): number {
  const dx = a.x + a.width / 2 - (b.x + b.width / 2);
  const dy = a.y + a.height / 2 - (b.y + b.height / 2);
  const side = (a.width + a.height + b.width + b.height) / 4;
  return side > 0 ? Math.hypot(dx, dy) / side : Number.POSITIVE_INFINITY;
}
