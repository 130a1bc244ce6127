/**
 * Every expected failure, by code. The text a user reads is chosen from the code in `ui/error-messages.ts`;
 * `message` is for developers and logs: what failed, with which value, what is allowed.
 */
export const ERROR_CODES = [
  // the picture
  'IMAGE_EMPTY',
  'IMAGE_NOT_AN_IMAGE',
  'IMAGE_UNSUPPORTED_FORMAT', // details.format: 'heic' | 'tiff' | 'raw' | 'svg' | 'jxl' | ...
  'IMAGE_TOO_LARGE', // details.widthPx, details.heightPx, details.maxPixels
  'IMAGE_ZERO_SIZE',
  'IMAGE_DECODE_FAILED', // truncated or corrupt
  // the model
  'MODEL_NOT_FOUND',
  'MODEL_FETCH_FAILED', // details.status
  'MODEL_CHECKSUM_MISMATCH', // details.expected, details.actual
  'MODEL_NOT_INSTALLED',
  'MODEL_INVALID', // the file is no ONNX model, or the runtime refuses it
  'MODEL_CONTRACT_MISMATCH', // details.found, details.expected: names, rank, class count
  'MODEL_OUTPUT_INVALID', // NaN, infinities, constant where it must not be
  // running it
  'EXECUTION_PROVIDER_UNAVAILABLE', // no adapter, no device, missing feature
  'EXECUTION_PROVIDER_FAILED', // device lost, unsupported operator, bad self-test
  'INFERENCE_FAILED',
  'OUT_OF_MEMORY',
  // scheduling
  'QUEUE_FULL', // details.limit
  'TASK_TIMEOUT', // details.timeoutMs
  'WORKER_CRASHED',
  'WORKER_START_FAILED',
  // storage and the rest
  'STORAGE_UNAVAILABLE',
  'STORAGE_FULL',
  'REQUEST_INVALID',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** JSON-safe facts about a failure: numbers and short strings that the message to the user may name. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean>>;

/** The one error class of expected failures. Inside a layer it is thrown; across a thread or HTTP it travels as {@link WireError}. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, options: { cause?: unknown; details?: ErrorDetails } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details ?? {};
  }
}

/** An {@link EngineError} as plain data: structured-cloneable and JSON-safe. */
export interface WireError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: ErrorDetails;
  /** Messages of the `cause` chain, outermost first: shown folded, under "details". */
  readonly causes: readonly string[];
  /** True when the failure is an abort, which is not an error for the caller. */
  readonly aborted: boolean;
}

/** True for the rejection of an aborted signal (`AbortError`, or the signal's own reason). */
export function isAbortError(error: unknown): boolean {
  return error instanceof DOMException
    ? error.name === 'AbortError'
    : error instanceof Error && error.name === 'AbortError';
}

function listCauses(error: unknown): string[] {
  const causes: string[] = [];
  let current: unknown = error instanceof Error ? error.cause : undefined;
  // A cause chain is a few links; the bound guards against a cycle.
  while (current !== undefined && causes.length < 8) {
    causes.push(current instanceof Error ? current.message : String(current));
    current = current instanceof Error ? current.cause : undefined;
  }
  return causes;
}

/** Turns anything thrown into plain data. Unknown errors become `INTERNAL` with their message kept. */
export function toWireError(error: unknown): WireError {
  const message = error instanceof Error ? error.message : String(error);
  const known = error instanceof EngineError;
  return {
    code: known ? error.code : 'INTERNAL',
    message,
    details: known ? error.details : {},
    causes: listCauses(error),
    aborted: isAbortError(error),
  };
}

/** Rebuilds a throwable from {@link toWireError}'s output: an `EngineError`, or an `AbortError` for an abort. */
export function fromWireError(wire: WireError): Error {
  if (wire.aborted) return new DOMException(wire.message, 'AbortError');
  const cause = wire.causes.reduceRight<Error | undefined>(
    (inner, text) => new Error(text, inner ? { cause: inner } : undefined),
    undefined,
  );
  return new EngineError(wire.code, wire.message, { cause, details: wire.details });
}
