import type { HealthReport } from '../../services/ops/health.js';

export interface Readiness extends HealthReport {
  /** 200 or 503. */
  readonly status: number;
}

/** What /readyz says at this address (`host:port`). */
export async function readiness(address: string): Promise<Readiness> {
  const answer = await fetch(`http://${address}/readyz`);
  return { status: answer.status, ...((await answer.json()) as HealthReport) };
}
