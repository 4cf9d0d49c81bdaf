/** STARTING until everything is there; DRAINING once the process was told to stop. */
export type Lifecycle = 'STARTING' | 'READY' | 'DRAINING';

export interface ComponentState {
  readonly ready: boolean;
  /** Shown, but the process is ready without it. */
  readonly optional?: true;
  /** Why it is not ready; '' when it is. */
  readonly reason: string;
}

export interface HealthReport extends ComponentState {
  readonly lifecycle: Lifecycle;
  readonly components: Readonly<Record<string, ComponentState>>;
}

/** How a part of the process tells how it is. */
export interface Component {
  ready(): void;
  /** `reason` is for the operator: what is missing, and since what. */
  notReady(reason: string): void;
}

/** Ready last, unready first: the process is ready when it has started and every required component is. */
export class Health {
  #lifecycle: Lifecycle = 'STARTING';
  readonly #components = new Map<string, ComponentState>();
  readonly #listeners = new Set<() => void>();

  /** Adds a component, not ready yet; the same name again is the same component. */
  component(name: string, kind: 'required' | 'optional' = 'required'): Component {
    const optional = kind === 'optional' ? { optional: true as const } : {};
    if (!this.#components.has(name))
      this.#set(name, { ready: false, reason: 'starting', ...optional });
    return {
      ready: () => this.#set(name, { ready: true, reason: '', ...optional }),
      notReady: (reason) => this.#set(name, { ready: false, reason, ...optional }),
    };
  }

  /** Everything is constructed and listens. Does nothing once the process drains. */
  started(): void {
    if (this.#lifecycle === 'STARTING') this.#enter('READY');
  }

  /** The process was told to stop: from here on it is not ready, whatever its components say. */
  draining(): void {
    this.#enter('DRAINING');
  }

  get ready(): boolean {
    return this.report().ready;
  }

  report(): HealthReport {
    const reason = this.#reason();
    return {
      ready: reason === '',
      reason,
      lifecycle: this.#lifecycle,
      components: Object.fromEntries(this.#components),
    };
  }

  /** Calls back after every change, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #reason(): string {
    if (this.#lifecycle !== 'READY') return this.#lifecycle.toLowerCase();
    const waiting = [...this.#components].filter(([, state]) => !state.ready && !state.optional);
    return waiting.map(([name, { reason }]) => `${name}: ${reason}`).join('; ');
  }

  #set(name: string, state: ComponentState): void {
    this.#components.set(name, state);
    this.#tell();
  }

  #enter(lifecycle: Lifecycle): void {
    this.#lifecycle = lifecycle;
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}
