/** Facts of a failure, put into the message of the catalogue by name. */
export type Facts = Record<string, string | number>;

/**
 * An expected failure: the key of a message and its facts. Anything else that is thrown is a bug.
 */
export class Failure extends Error {
  constructor(
    readonly key: string,
    readonly facts: Facts = {},
  ) {
    super(`${key} ${JSON.stringify(facts)}`);
  }
}

export function fail(key: string, facts: Facts = {}): never {
  throw new Failure(key, facts);
}

const about = (error: unknown, file: string): unknown =>
  error instanceof Failure && error.facts["file"] === undefined
    ? new Failure(error.key, { ...error.facts, file })
    : error;

/** Runs `work` and gives every failure inside it the name of the file it is about. */
export function inFile<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw about(error, file);
  }
}

export async function inFileAsync<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw about(error, file);
  }
}
