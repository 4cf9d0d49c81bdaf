import type { EvaluationResult } from '../result.js';
import type { Thumbnails } from './thumbnails.js';
export function reportHtml(result: EvaluationResult, _t: Thumbnails): string {
  return JSON.stringify(result);
}
