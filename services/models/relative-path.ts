import { z } from 'zod';

const SEGMENT = '[A-Za-z0-9_][A-Za-z0-9_.-]*';

/** A path inside a bundle: forward slashes, no climbing, not absolute, no hidden names. */
export const relativePath = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^${SEGMENT}(/${SEGMENT})*$`),
    'a path must stay inside its folder: relative, no "..", letters, digits, "_", "." and "-" only',
  )
  .refine((path) => path !== 'manifest.json' && !path.endsWith('.part'), {
    message: 'must not be manifest.json or end in .part: those names are in use',
  });
