import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FfmpegDecoder } from '../../services/video/ffmpeg-decoder.js';
import { findTools } from '../../services/video/tools.js';
import { ClipFolder, localClip } from '../helpers/clips.js';

const never = new AbortController().signal;

describe('files that name other files and hosts', () => {
  let clips: ClipFolder;
  let decoder: FfmpegDecoder;
  let server: Server;
  let secret: string;
  let host: string;
  let requests = 0;

  beforeAll(async () => {
    const tools = await findTools();
    clips = new ClipFolder(tools.ffmpeg.path);
    decoder = new FfmpegDecoder({ ffmpegPath: tools.ffmpeg.path, ffprobePath: tools.ffprobe.path });
    secret = clips.video('secret.mp4');
    server = createServer((_request, response) => {
      requests++;
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.close();
    clips.remove();
  });

  const attacks: [string, (secret: string, host: string) => string][] = [
    ['hls', (path) => `#EXTM3U\n#EXTINF:2.0,\n${path}\n#EXT-X-ENDLIST\n`],
    ['hls of a host', (_, to) => `#EXTM3U\n#EXTINF:2,\nhttp://${to}/a.ts\n#EXT-X-ENDLIST\n`],
    ['hls of concat', (path) => `#EXTM3U\n#EXTINF:2,\nconcat:${path}|${path}\n#EXT-X-ENDLIST\n`],
    ['a concat script', (path) => `ffconcat version 1.0\nfile '${path}'\n`],
    ['a dash manifest', (_, to) => `<?xml version="1.0"?>\n${dash(to)}`],
    [
      'sdp',
      (_, to) => `v=0\no=- 0 0 IN IP4 ${to}\ns=a\nc=IN IP4 127.0.0.1\nm=video 5000 RTP/AVP 96\n`,
    ],
    [
      'svg',
      (path) => `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${path}"/></svg>`,
    ],
    ['subtitles', () => '1\n00:00:00,000 --> 00:00:02,000\nHello\n'],
  ];

  it.each(attacks)('refuses %s, under a name that promises a video', async (_name, content) => {
    for (const ending of ['mp4', 'm3u8', 'jpg']) {
      const path = clips.write(`attack.${ending}`, content(secret, host));
      const probing = decoder.probe(localClip(path), never);
      await expect(probing).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
    }
    expect(requests).toBe(0);
  });

  it.each(attacks)(
    'decodes nothing of %s even when told that it is a video',
    async (_name, content) => {
      const path = clips.write('attack.mp4', content(secret, host));
      const info = {
        durationMs: 2000,
        widthPx: 160,
        heightPx: 120,
        videoCodec: 'h264',
        isStill: false,
      };
      const options = { framesPerSecond: 8, longSidePx: 640 };
      const decoded = decoder.frames(localClip(path), info, options, never);
      const first = decoded[Symbol.asyncIterator]().next();
      await expect(first).rejects.toMatchObject({ code: 'CLIP_UNREADABLE' });
      expect(requests).toBe(0);
    },
  );

  it('shows no path in its errors', async () => {
    const path = clips.write('private-name.mp4', 'text '.repeat(100));
    const error: unknown = await decoder.probe(localClip(path), never).catch((e: unknown) => e);
    expect(String(error)).not.toContain('private-name');
    expect(String(error)).not.toContain('/dev/fd');
  });
});

function dash(host: string): string {
  return `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT2S">
<Period><AdaptationSet mimeType="video/mp4"><Representation id="1" bandwidth="1" width="160" height="120">
<BaseURL>http://${host}/a.mp4</BaseURL></Representation></AdaptationSet></Period></MPD>`;
}
