/** What the landmark net and the recogniser expect of a pixel: (value - mean) / scale. */
export const MEAN_RGB = [122.782, 117.001, 104.298] as const;
export const PIXEL_SCALE = 255;
