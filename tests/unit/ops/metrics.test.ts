import { expect, it } from 'vitest';
import { createMetrics } from '../../../services/ops/metrics.js';

it('names metrics as OpenTelemetry does, and ours clipid_<what>_<unit>', async () => {
  const metrics = createMetrics();
  metrics.rpcServed('clipid.v1.ClipService/GetClip', 'NOT_FOUND', 30);
  metrics.messagesConsumed('clips', 3);
  metrics.messageProcessed('clips', 2000);
  metrics.clipFinished({ outcome: 'done', processingMs: 1500, videoMs: 4000 });
  metrics.clipFinished({ outcome: 'failed', errorCode: 'CLIP_EMPTY', processingMs: 1, videoMs: 0 });
  metrics.framesDecoded(32);
  metrics.facesFound(40);
  metrics.stageFinished('detect', 20);
  metrics.indexSearched(2);
  metrics.setBuild('0.1.0', 'b1');
  const text = await metrics.text();
  for (const line of [
    'rpc_server_call_duration_seconds_sum{rpc_system_name="grpc",rpc_method="clipid.v1.ClipService/GetClip",rpc_response_status_code="NOT_FOUND"} 0.03',
    'messaging_client_consumed_messages_total{messaging_system="kafka",messaging_destination_name="clips"} 3',
    'messaging_process_duration_seconds_sum{messaging_system="kafka",messaging_destination_name="clips",error_type=""} 2',
    'clipid_clips_total{outcome="failed",error_type="CLIP_EMPTY"} 1',
    'clipid_clip_processing_seconds_sum{outcome="done"} 1.5',
    'clipid_video_seconds_total 4',
    'clipid_frames_total 32',
    'clipid_faces_total 40',
    'clipid_stage_seconds_sum{stage="detect"} 0.02',
    'clipid_index_search_seconds_count 1',
    'clipid_build_info{version="0.1.0",bundle="b1"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

it('asks for what is watched when it is read', async () => {
  const metrics = createMetrics();
  let length = 1;
  metrics.watchQueue('clips', () => length);
  metrics.watchTemplates(() => ({ enrolled: 3, total: 10 }));
  await metrics.text();
  length = 5;
  const text = await metrics.text();
  expect(text).toContain('clipid_queue_depth_items{queue="clips"} 5\n');
  expect(text).toContain('clipid_templates_items{kind="enrolled"} 3\n');
  expect(text).toContain('clipid_templates_items{kind="unknown"} 7\n');
});
