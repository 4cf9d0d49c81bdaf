import { describe, expect, it } from 'vitest';
import { clipInfo, headerDurationMs, pictureStream } from '../../../services/video/clip-info.js';
import { boundedSize } from '../../../services/video/decode-plan.js';
import { parseReport } from '../../../services/video/probe-report.js';

function read(stream: object, more: object = {}) {
  const video = { index: 0, codec_type: 'video', codec_name: 'h264', width: 640, height: 360 };
  const format = { format_name: 'mov,mp4,m4a', start_time: '0.000000', duration: '10.000000' };
  const report = parseReport(
    JSON.stringify({ streams: [{ ...video, ...stream }], format, ...more }),
  );
  return { report, stream: pictureStream(report) };
}

function info(stream: object, more: object = {}) {
  const found = read(stream, more);
  return clipInfo(found.report, found.stream, 0);
}

describe('clipInfo', () => {
  it('names codec and container', () => {
    expect(info({})).toMatchObject({ videoCodec: 'h264', container: 'mov', isStill: false });
    expect(info({}, { format: { format_name: 'png_pipe' } }).isStill).toBe(true);
  });

  it.each([
    ['a display matrix', { side_data_list: [{ rotation: -90 }] }, 90],
    ['a display matrix the other way', { side_data_list: [{}, { rotation: 90 }] }, 270],
    ['the tag of older files', { tags: { rotate: '90' } }, 90],
    ['both, which agree', { tags: { rotate: '90' }, side_data_list: [{ rotation: -90 }] }, 90],
    ['half a turn', { side_data_list: [{ rotation: -180 }] }, 180],
    ['more than a turn', { tags: { rotate: '-450' } }, 270],
    ['a tag that is no number', { tags: { rotate: 'up' } }, 0],
  ])('turns the picture by %s', (_what, stream, rotationDegrees) => {
    const onSide = rotationDegrees % 180 === 90;
    const [widthPx, heightPx] = onSide ? [360, 640] : [640, 360];
    expect(info(stream)).toMatchObject({ rotationDegrees, widthPx, heightPx });
  });

  it('turns a photograph by what its first frame says', () => {
    const frames = [{ side_data_list: [{ rotation: -90 }] }];
    expect(info({}, { frames })).toMatchObject({ rotationDegrees: 90, widthPx: 360 });
  });

  it.each([
    ['4:3', 853, 360],
    ['3:4', 640, 480],
    ['0:1', 640, 360],
    ['N/A', 640, 360],
    ['65535:1', 640, 360],
  ])('makes pixels of %s square', (aspect, widthPx, heightPx) => {
    expect(info({ sample_aspect_ratio: aspect })).toMatchObject({ widthPx, heightPx });
  });

  it('finds no picture where there is none', () => {
    const code = expect.objectContaining({ code: 'CLIP_NO_VIDEO' }) as Error;
    expect(() => read({ codec_type: 'audio' })).toThrow(code);
    expect(() => read({ disposition: { attached_pic: 1 } })).toThrow(code);
    expect(() => parseReport('{"streams": 3}')).toThrow(
      expect.objectContaining({ code: 'CLIP_UNREADABLE' }) as Error,
    );
  });
});

describe('headerDurationMs', () => {
  const duration = (stream: object, more: object = {}) => {
    const found = read(stream, more);
    return headerDurationMs(found.report, found.stream);
  };

  it("is the picture's own, from the clip's start", () => {
    expect(duration({ start_time: '0.500000', duration: '4.000000' })).toBe(4500);
    expect(duration({ tags: { DURATION: '00:01:02.500000000' } })).toBe(62_500);
    expect(duration({})).toBe(10_000);
    expect(duration({ duration: 'N/A' })).toBe(10_000);
    expect(duration({}, { format: { format_name: 'h264' } })).toBeUndefined();
  });
});

describe('boundedSize', () => {
  it.each([
    [1920, 1080, 640, 640, 360],
    [1080, 1920, 640, 360, 640],
    [320, 240, 640, 320, 240],
    [8000, 3, 640, 640, 1],
    [853, 480, 640, 640, 360],
  ])('%i x %i within %i is %i x %i', (widthPx, heightPx, longSidePx, width, height) => {
    const size = boundedSize({ widthPx, heightPx }, longSidePx);
    expect(size).toEqual({ widthPx: width, heightPx: height });
  });
});
