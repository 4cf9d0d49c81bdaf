import { expect, it } from 'vitest';
import { Health } from '../../../services/ops/health.js';

it('is ready last and unready first', () => {
  const health = new Health();
  const store = health.component('store');
  expect(health.report()).toMatchObject({
    ready: false,
    reason: 'starting',
    lifecycle: 'STARTING',
  });
  store.ready();
  expect(health.ready).toBe(false);
  health.started();
  expect(health.ready).toBe(true);
  health.draining();
  health.started();
  expect(health.report()).toMatchObject({
    ready: false,
    reason: 'draining',
    lifecycle: 'DRAINING',
  });
});

it('gives the reason of every component that is not ready', () => {
  const health = new Health();
  health.started();
  health.component('broker').notReady('no answer for 12 s');
  health.component('index');
  expect(health.report().reason).toBe('broker: no answer for 12 s; index: starting');
  health.component('broker').ready();
  expect(health.report().components).toEqual({
    broker: { ready: true, reason: '' },
    index: { ready: false, reason: 'starting' },
  });
});

it('is ready without what is optional, and shows all the same why that is not', () => {
  const health = new Health();
  health.started();
  const kafka = health.component('kafka', 'optional');
  const store = health.component('store');
  expect(health.report()).toMatchObject({ ready: false, reason: 'store: starting' });
  store.ready();
  kafka.notReady('no broker has answered for 5 s');
  expect(health.report()).toMatchObject({ ready: true, reason: '', lifecycle: 'READY' });
  expect(health.report().components['kafka']).toEqual({
    ...{ ready: false, optional: true },
    reason: 'no broker has answered for 5 s',
  });
  kafka.ready();
  expect(health.report().components['kafka']).toEqual({ ready: true, reason: '', optional: true });
  health.draining();
  expect(health.ready).toBe(false);
});

it('does not take an optional component for a required one where both are asked for by name', () => {
  const health = new Health();
  health.started();
  health.component('kafka', 'required').notReady('starting');
  health.component('kafka', 'required');
  expect(health.ready).toBe(false);
  health.component('kafka').ready();
  expect(health.ready).toBe(true);
});

it('tells of changes until nobody listens', () => {
  const health = new Health();
  const seen: boolean[] = [];
  const stop = health.onChange(() => void seen.push(health.ready));
  health.started();
  const index = health.component('index');
  index.ready();
  stop();
  index.notReady('rebuilding');
  expect(seen).toEqual([true, false, true]);
});
