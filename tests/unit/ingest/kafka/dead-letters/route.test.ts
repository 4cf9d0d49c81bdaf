import { describe, expect, it } from 'vitest';
import { dropRoute, replayRoute } from '../../../../../services/ingest/kafka/dead-letters/route.js';
import { readDeadLetter } from '../../../../../services/ingest/messages/read-dead-letter.js';
import { header, sourceMessage } from '../../messages/a-message.js';

const TOPICS = { clips: 'clipid.clips', priority: 'clipid.urgent' };

function letterFrom(topic: string | null, key: Uint8Array | null = Buffer.from('id')) {
  const headers = topic === null ? [] : [header('clipid-dlq-topic', topic)];
  return readDeadLetter(sourceMessage({ key, headers }));
}

describe('where a message is sent again', () => {
  it.each(['clipid.clips', 'clipid.urgent'])('is where it came from: %s', (topic) => {
    expect(replayRoute(letterFrom(topic), TOPICS, undefined)).toEqual({ to: topic });
  });

  it.each(['clipid.tracks', 'clipid.clips.dlq', 'clipid.clips.retry.1', '__consumer_offsets', ''])(
    'is nowhere for a topic that is not of clips, whatever the letter says: %s',
    (topic) => {
      expect(replayRoute(letterFrom(topic), TOPICS, undefined)).toHaveProperty('refusal');
    },
  );

  it('is nowhere where it does not say, and no topic is taken for one that is not set', () => {
    const noPriority = { ...TOPICS, priority: null };
    expect(replayRoute(letterFrom(null), noPriority, undefined)).toHaveProperty('refusal');
    expect(replayRoute(letterFrom('clipid.urgent'), noPriority, undefined)).toHaveProperty(
      'refusal',
    );
  });

  it('is the topic that a person chose', () => {
    for (const topic of [null, 'forged', 'clipid.clips'])
      expect(replayRoute(letterFrom(topic), TOPICS, 'mine')).toEqual({ to: 'mine' });
  });

  it('is nowhere for a letter that can never be marked as done', () => {
    const letter = letterFrom('clipid.clips', null);
    expect(replayRoute(letter, TOPICS, 'mine')).toHaveProperty('refusal');
    expect(dropRoute(letter)).toHaveProperty('refusal');
  });

  it('is no topic for a letter that is dropped, wherever it came from', () => {
    expect(dropRoute(letterFrom('forged'))).toEqual({ to: null });
  });
});
