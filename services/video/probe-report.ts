import { z } from 'zod';
import { ClipidError } from '../core/errors.js';

/** ffprobe writes numbers as text, and leaves out or writes N/A for what it does not know. */
const seconds = z
  .string()
  .transform((text) => Number(text))
  .transform((value) => (Number.isFinite(value) ? value : undefined))
  .optional();

const sideData = z.object({ rotation: z.number().optional() });

const stream = z.object({
  index: z.number(),
  codec_name: z.string().default('unknown'),
  codec_type: z.string().optional(),
  width: z.number().default(0),
  height: z.number().default(0),
  sample_aspect_ratio: z.string().optional(),
  start_time: seconds,
  duration: seconds,
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z.array(sideData).optional(),
});

const frame = z.object({ side_data_list: z.array(sideData).optional() });

const report = z.object({
  streams: z.array(stream).default([]),
  format: z
    .object({ format_name: z.string().default(''), start_time: seconds, duration: seconds })
    .default({ format_name: '' }),
  frames: z.array(frame).optional(),
});

export type ProbeStream = z.infer<typeof stream>;
export type ProbeReport = z.infer<typeof report>;

/** The fields that `parseReport` reads, as ffprobe is asked for them. */
export const REPORT_ENTRIES =
  'format=format_name,start_time,duration' +
  ':stream=index,codec_name,codec_type,width,height,sample_aspect_ratio,start_time,duration' +
  ':stream_disposition=attached_pic:stream_tags=rotate,DURATION:stream_side_data' +
  ':frame=side_data_list:frame_side_data';

/** ffprobe's JSON, checked. Throws CLIP_UNREADABLE when it is not what ffprobe writes. */
export function parseReport(json: string): ProbeReport {
  try {
    return report.parse(JSON.parse(json));
  } catch (cause) {
    throw new ClipidError('CLIP_UNREADABLE', "The clip's headers make no sense.", { cause });
  }
}
