const VERSIONS = 'Use brokers of Kafka 3.9 or 4: clipid is tested with these.';

/**
 * What Kafka refuses for good, by the protocol's own name of the error, and what to do about it.
 * Everything that is not here passes by itself, or is our own fault.
 */
const REFUSALS: Readonly<Record<string, string>> = {
  SASL_AUTHENTICATION_FAILED: 'Check CLIPID_KAFKA_USERNAME and CLIPID_KAFKA_PASSWORD_FILE.',
  UNSUPPORTED_SASL_MECHANISM: 'Set CLIPID_KAFKA_SASL to a mechanism that the brokers offer.',
  ILLEGAL_SASL_STATE: 'Check whether the brokers demand a login (CLIPID_KAFKA_SASL).',
  SECURITY_DISABLED: 'The brokers have no authorizer: rights cannot be asked for.',
  TOPIC_AUTHORIZATION_FAILED:
    'Give this user the rights Describe and Read on the topics that clipid reads, and Write on those that it writes.',
  GROUP_AUTHORIZATION_FAILED:
    'Give this user the rights Describe and Read on the group CLIPID_KAFKA_GROUP and on `<group>-gallery`.',
  CLUSTER_AUTHORIZATION_FAILED:
    'Give this user the right Write on the topics that clipid writes; to create topics, Create on the cluster.',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED:
    'Give this user the rights Describe and Write on transactional ids that begin with CLIPID_KAFKA_GROUP.',
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: 'Log in by a user and a password.',
  UNKNOWN_TOPIC_OR_PARTITION:
    'Create the topics with `clipid kafka init`, or correct their names (CLIPID_KAFKA_..._TOPIC); without the right Describe a topic looks missing.',
  INVALID_TOPIC_EXCEPTION: 'Correct the name of the topic (CLIPID_KAFKA_..._TOPIC).',
  UNSUPPORTED_VERSION: VERSIONS,
  UNSUPPORTED_FOR_MESSAGE_FORMAT: 'Raise the message format of the topic: it is older than 0.11.',
  UNSUPPORTED_COMPRESSION_TYPE: "Change the topic's compression.type to `producer`.",
  MESSAGE_TOO_LARGE: "Raise the topic's max.message.bytes.",
  RECORD_LIST_TOO_LARGE: "Raise the topic's segment.bytes.",
  INVALID_RECORD:
    'The topic takes no such messages; a compacted one wants a key: look at its cleanup.policy.',
  INVALID_TIMESTAMP:
    "The message is older or newer than the topic's message.timestamp limits allow.",
  INVALID_REQUIRED_ACKS: 'The brokers do not take acks=all.',
  INVALID_CONFIG: 'The brokers do not take a setting of the topic.',
  INVALID_PARTITIONS: 'Choose another number of partitions.',
  INVALID_REPLICATION_FACTOR:
    'Choose fewer replicas (--replicas): there are not so many brokers at present.',
  INVALID_REPLICA_ASSIGNMENT: 'Choose fewer replicas (--replicas).',
  POLICY_VIOLATION: "The cluster's own policy forbids it: ask who runs it.",
  INVALID_SESSION_TIMEOUT:
    'Choose CLIPID_KAFKA_SESSION_SECONDS within group.min and group.max.session.timeout.ms of the brokers.',
  INVALID_TRANSACTION_TIMEOUT: 'Raise transaction.max.timeout.ms of the brokers.',
  INVALID_GROUP_ID: 'Correct CLIPID_KAFKA_GROUP.',
  INCONSISTENT_GROUP_PROTOCOL:
    'Another program uses the same group: choose another CLIPID_KAFKA_GROUP.',
  GROUP_MAX_SIZE_REACHED: 'Run fewer processes, or raise group.max.size of the brokers.',
};

/** Codes of Node and OpenSSL for a certificate that will be no better at the next try. */
const CERTIFICATE =
  /^(CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO|HOSTNAME_MISMATCH|INVALID_CA)/;

const CERTIFICATE_ADVICE =
  'Check CLIPID_KAFKA_TLS_CA, that the name in CLIPID_KAFKA_BROKERS is in the certificate, and that this port speaks TLS.';
const CONNECTION_ADVICE =
  'Check CLIPID_KAFKA_BROKERS and the network, whether the brokers want TLS (CLIPID_KAFKA_TLS) or a login (CLIPID_KAFKA_SASL), and that the addresses which they advertise can be reached from here.';

export interface Advice {
  /** Whether it passes without anybody doing something. */
  readonly passes: boolean;
  readonly text: string;
}

const WAIT: Advice = { passes: true, text: "It may pass; if not, look into the brokers' log." };

/**
 * What the classes of kafkajs's own errors ask for. Where a right on a group or a transactional id is
 * missing it finds no coordinator, and forgets why.
 */
const BY_CLASS: Readonly<Record<string, Advice>> = {
  KafkaJSSASLAuthenticationError: refused(
    'Check CLIPID_KAFKA_SASL, CLIPID_KAFKA_USERNAME and CLIPID_KAFKA_PASSWORD_FILE.',
  ),
  KafkaJSServerDoesNotSupportApiKey: refused(VERSIONS),
  KafkaJSGroupCoordinatorNotFound: {
    passes: true,
    text: 'It may pass; if not, this user has not the rights Describe and Read on the group CLIPID_KAFKA_GROUP and on `<group>-gallery`, or Describe and Write on transactional ids that begin with CLIPID_KAFKA_GROUP.',
  },
  KafkaJSConnectionError: { passes: true, text: CONNECTION_ADVICE },
  KafkaJSConnectionClosedError: { passes: true, text: CONNECTION_ADVICE },
  KafkaJSRequestTimeoutError: WAIT,
  KafkaJSBrokerNotFound: WAIT,
  KafkaJSNoBrokerAvailableError: WAIT,
  KafkaJSMetadataNotLoaded: WAIT,
  KafkaJSTopicMetadataNotLoaded: WAIT,
  KafkaJSStaleTopicMetadataAssignment: WAIT,
  KafkaJSTimeout: WAIT,
  KafkaJSLockTimeout: WAIT,
  KafkaJSNumberOfRetriesExceeded: WAIT,
};

/** For a protocol error: everything that is no refusal passes. */
export function adviceForType(type: string): Advice {
  const text = REFUSALS[type];
  return text === undefined ? WAIT : refused(text);
}

/** For an error of kafkajs by its class and, of a connection, the system's code; undefined: unknown. */
export function adviceForClass(name: string, code: string | undefined): Advice | undefined {
  return code !== undefined && CERTIFICATE.test(code)
    ? refused(CERTIFICATE_ADVICE)
    : BY_CLASS[name];
}

function refused(text: string): Advice {
  return { passes: false, text };
}
