import { expect, it } from 'vitest';
import { boundAddress, socketPath } from '../../../services/search/address.js';

it.each([
  ['unix:/run/clipid.sock', '/run/clipid.sock'],
  ['unix:///run/clipid.sock', '/run/clipid.sock'],
  ['unix:clipid.sock', 'clipid.sock'],
  ['127.0.0.1:9090', undefined],
  ['[::1]:0', undefined],
])('%s is at %s', (address, path) => {
  expect(socketPath(address)).toBe(path);
});

it.each(['', 'localhost', ':9090', 'host:', 'unix:', 'host:123456'])(
  '%o is no address',
  (address) => {
    expect(() => socketPath(address)).toThrow('is not an address; write host:port or unix:/path');
  },
);

it('says which port was bound', () => {
  expect(boundAddress('[::1]:0', 4711)).toBe('[::1]:4711');
  expect(boundAddress('unix:/run/a:0', 1)).toBe('unix:/run/a:0');
});
