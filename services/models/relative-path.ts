import { z } from 'zod';

const SEGMENT = '[A-Za-z0-9_][A-Za-z0-9_.-]*';

/** A path inside a bundle: forward slashes, no climbing, not absolute, no hidden names. */
export const relativePath = z
  .string()
  .max(200)
  .regex(
    new RegExp(`^${SEGMENT}(/${SEGMENT})*$`),
    'a path must stay inside its folder: relative, no "..", letters, digits, "_", "." and "-" only',
  );
