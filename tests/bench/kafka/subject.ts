/** Something that reads the messages of a topic as a member of a group. */
export interface Subject {
  readonly name: string;
  /** Messages that one run takes: fewer of those that take longer for each. */
  readonly messages: number;
  /** Resolves once it is in the group, to how it leaves. */
  readonly start: (groupId: string) => Promise<() => Promise<void>>;
}
