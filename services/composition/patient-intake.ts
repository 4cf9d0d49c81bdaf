import { setTimeout as delay } from 'node:timers/promises';
import { toClipidError, type ClipidError } from '../core/errors.js';
import type { Component } from '../ops/health.js';
import type { Surroundings } from './capabilities.js';

/** What takes messages in, as the rest of the process sees it; closed by the lifecycle. */
export interface MessageIntake {
  start(): void;
  drain(): void;
}

export interface Intake {
  /** Joins the group. Throws UNAVAILABLE, BROKER_FAILED. */
  start(): Promise<void>;
  drain(): void;
  close(): Promise<void>;
}

const AGAIN_MS = 2000;

/**
 * Joins the group as soon as the brokers can be reached, however late that is: a broker that comes up
 * after this process is no fault. What will not pass by itself is told to `onFailed`.
 */
export function patientIntake(
  intake: Intake,
  state: Component,
  { lifecycle, logger }: Surroundings,
  onFailed: (error: ClipidError) => void,
): MessageIntake {
  const stop = new AbortController();
  const onTrouble = (err: ClipidError): void => {
    state.notReady(err.message);
    logger.warn({ code: err.code, err }, 'kafka cannot be reached; trying on');
  };
  lifecycle.add('kafka intake', intake, async (one) => {
    stop.abort();
    await one.close();
  });
  return {
    start: () => void startPatiently(intake, stop.signal, onTrouble, onFailed),
    drain: () => intake.drain(),
  };
}

async function startPatiently(
  intake: Intake,
  signal: AbortSignal,
  onTrouble: (error: ClipidError) => void,
  onFailed: (error: ClipidError) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await intake.start();
      return;
    } catch (thrown) {
      const error = toClipidError(thrown);
      if (error.code !== 'UNAVAILABLE') {
        onFailed(error);
        return;
      }
      onTrouble(error);
      await delay(AGAIN_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}
