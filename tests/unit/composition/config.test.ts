import { isAbsolute } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, packageVersion } from '../../../services/config.js';

describe('loadConfig', () => {
  it('has a default for everything, and listens on loopback only', () => {
    const config = loadConfig({}, {});
    expect(config).toMatchObject({
      grpcAddress: '127.0.0.1:50051',
      httpAddress: '127.0.0.1:8080',
      allowedFolders: [],
      allowedHosts: [],
      framesPerSecond: 8,
    });
    expect(isAbsolute(config.models)).toBe(true);
  });

  it('takes flags over the environment over defaults; an empty one counts as not set', () => {
    const env = { CLIPID_DATA: '/env', CLIPID_MAX_ATTEMPTS: '7', CLIPID_LOG_LEVEL: '' };
    const config = loadConfig({ data: '/flag', maxAttempts: undefined }, env);
    expect(config).toMatchObject({ data: '/flag', maxAttempts: 7, logLevel: 'info' });
  });

  it('reads lists', () => {
    const env = { CLIPID_ALLOWED_HOSTS: ' a.example, b.example:8443 ,,' };
    expect(loadConfig({}, env).allowedHosts).toEqual(['a.example', 'b.example:8443']);
  });

  it.each([
    [{ CLIPID_VISION_WORKERS: '0' }, 'CLIPID_VISION_WORKERS', '1'],
    [{ CLIPID_VISION_WORKERS: 'two' }, 'CLIPID_VISION_WORKERS', 'number'],
    [{ CLIPID_FRAMES_PER_SECOND: '61' }, 'CLIPID_FRAMES_PER_SECOND', '60'],
    [{ CLIPID_HTTP_ADDRESS: '8080' }, 'CLIPID_HTTP_ADDRESS', 'host:port'],
    [{ CLIPID_LOG_LEVEL: 'loud' }, 'CLIPID_LOG_LEVEL', 'silent'],
    [{ CLIPID_GRACE_SECONDS: '-1' }, 'CLIPID_GRACE_SECONDS', '0'],
  ])('names the variable and the bound: %o', (env, field, bound) => {
    expect(() => loadConfig({}, env)).toThrow(
      expect.objectContaining({
        code: 'FIELD_INVALID',
        field,
        message: expect.stringMatching(new RegExp(`^${field}: .*${bound}`)) as string,
      }),
    );
  });

  it('refuses a flag that is no setting', () => {
    expect(() => loadConfig({ colour: 'red' } as object, {})).toThrow('colour');
  });

  it('knows its version', () => {
    expect(packageVersion()).toMatch(/^\d+\.\d+\.\d+/);
  });
});
