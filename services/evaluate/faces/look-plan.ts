import type { Degradation } from './degrade.js';
import { labelOf, type PlannedSet, planSets, type SetKind } from './set-plan.js';

export interface PictureRules {
  readonly kinds: readonly SetKind[];
  readonly setsEach: number;
  /** Sets are made with each mixture: one of its kinds is drawn for each face that is made worse. */
  readonly mixtures: readonly (readonly Degradation[])[];
  readonly seed: number;
}

/** A picture that is to be looked at: as it is, or made worse by a mixture. */
export interface Job {
  readonly face: number;
  readonly mixture: readonly Degradation[] | null;
}

/** Sets of one kind, their worse faces made by one mixture. */
export interface Plan {
  readonly label: string;
  readonly mixture: readonly Degradation[];
  readonly sets: readonly PlannedSet[];
}

/** Tells a picture from all others, and from itself made worse in another way. */
export function keyOf({ face, mixture }: Job): string {
  return [face, ...(mixture ?? [])].join(' ');
}

/** All sets: of every kind, and of every mixture where faces are made worse. */
export function plansFor(persons: readonly number[], rules: PictureRules): Plan[] {
  return rules.kinds.flatMap((kind) => plansOf(kind, persons, rules));
}

/** With several mixtures, the label says which. */
function plansOf(kind: SetKind, persons: readonly number[], rules: PictureRules): Plan[] {
  const sets = planSets(persons, kind, rules);
  const label = labelOf(kind);
  const [first = []] = rules.mixtures;
  if (kind.sharp === kind.size || rules.mixtures.length < 2)
    return [{ label, mixture: first, sets }];
  return rules.mixtures.map((mixture) => {
    return { label: `${label} ${mixture.join(',')}`, mixture, sets };
  });
}

/** Each face once a mixture, however many sets it is in. */
export function degradedJobs(plans: readonly Plan[]): Job[] {
  const jobs = plans.flatMap(({ sets, mixture }) =>
    sets.flatMap((set) =>
      set.faces.flatMap(({ face, isDegraded }) => (isDegraded ? [{ face, mixture }] : [])),
    ),
  );
  const once = new Map(jobs.map((job) => [keyOf(job), job]));
  return [...once.values()].sort((a, b) => a.face - b.face);
}
