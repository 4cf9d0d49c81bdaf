/** What to do about a file whose bytes cannot be what was written. */
export const DAMAGED = 'Fetch the file again from its origin and compare its sha256.';
/** What to do about a checkpoint that holds more than numbers. */
export const STRIP =
  'If you trust its origin, load it in Python with torch.load(file, map_location="cpu", ' +
  'weights_only=True) and save the state dict alone with safetensors.torch.save_file.';
