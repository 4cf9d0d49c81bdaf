import type { BundleManifest } from './manifest.js';

/**
 * The measured numbers of the default bundle, apart from its graphs. Made with
 * `npx tsx services/evaluate/post-processing.ts` on 946 aligned faces of 12 people; docs/models.md
 * has the table that the choice was made from.
 */
export const POSTPROCESS: BundleManifest['postprocess'] = {
  lift: 0.5,
  // prettier-ignore
  mean: [-0.10526, 0.09649, 0.06722, -0.05452, -0.10521, -0.01151, -0.02848, -0.0802, 0.17695, -0.08361, 0.20026, -0.03006, -0.25896, -0.01728, -0.02641, 0.12825, -0.16686, -0.12636, -0.09861, -0.06875, 0.04324, 0.03842, 0.02985, 0.06364, -0.16176, -0.31995, -0.0611, -0.09051, -0.00892, -0.12303, 0.00128, 0.04553, -0.1709, -0.04773, 0.02165, 0.09123, -0.04884, -0.09717, 0.19104, 0.00694, -0.18478, -0.00184, 0.05102, 0.26658, 0.20171, 0.00196, 0.01719, -0.07036, 0.11841, -0.29161, 0.05192, 0.15723, 0.07555, 0.07968, 0.09933, -0.17414, 0.0284, 0.13904, -0.18634, 0.05778, 0.05513, -0.08242, -0.01127, -0.04492, 0.20406, 0.10574, -0.13019, -0.12829, 0.13384, -0.13824, -0.04181, 0.0942, -0.11525, -0.20537, -0.26558, 0.04298, 0.38872, 0.1437, -0.18919, 0.02312, -0.08616, -0.00809, 0.04011, 0.0803, -0.04653, -0.01163, -0.10876, 0.03792, 0.1834, -0.00714, -0.03495, 0.24929, 0.01188, -0.02564, 0.05359, 0.06546, -0.13643, -0.01569, -0.13265, -0.01897, 0.03943, -0.0791, -0.01634, 0.0876, -0.18487, 0.15429, -0.02152, -0.03643, -0.03293, -0.04412, -0.09875, 4e-05, 0.16699, -0.29213, 0.18596, 0.16151, 0.02124, 0.17319, 0.05298, 0.05377, 0.00239, -0.0239, -0.11991, -0.07498, 0.03647, -0.01973, 0.04466, 0.02144],
};

/** Raise it whenever the graphs or these constants change, or bundles on disk are not rebuilt. */
export const BUNDLE_VERSION = '1.3.0';

/** What the detector's own package uses, with a bound on the faces of one frame. */
export const DETECTION = { scoreThreshold: 0.3, nmsIou: 0.5, maxFaces: 100 } as const;

/** Parts of the 512 square: all of it, and what pictures of 16:9 and of 9:16 or longer cover. */
export const DETECTOR_GRAPHS = [
  { file: 'detector.onnx', inputWidthPx: 512, inputHeightPx: 512 },
  { file: 'detector-wide.onnx', inputWidthPx: 512, inputHeightPx: 288 },
  { file: 'detector-tall.onnx', inputWidthPx: 320, inputHeightPx: 512 },
] as const;
