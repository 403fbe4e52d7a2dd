// What goes wrong, as HTTP and JSON. Nobody outside sees more than a sentence.

/** An answer other than success. */
export class ApiError extends Error {
  /**
   * @param {number} status
   * @param {string} message
   * @param {Record<string, string>} [headers]
   */
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}

export const AT_FAULT = "the service is at fault; its log says more";

/**
 * Makes JSON of every error.
 * @param {import("fastify").FastifyInstance} app
 */
export function registerErrors(app) {
  app.setErrorHandler((error, _, reply) => answer(error, reply));
  app.setNotFoundHandler((_, reply) => answer(new ApiError(404, "there is nothing here"), reply));
}

/**
 * @param {unknown} error
 * @param {import("fastify").FastifyReply} reply
 */
export function answer(error, reply) {
  const { status, message, headers } = asApiError(error);
  if (status === 500 && !(error instanceof ApiError)) reply.log.error(error);
  return reply.code(status).headers(headers).type("application/json; charset=utf-8").send({ status: "error", message });
}

/** @param {unknown} error */
function asApiError(error) {
  if (error instanceof ApiError) return error;
  // Of Fastify, such as a body that is too large: its text is written for clients. Others' texts may not be.
  const known = /** @type {Partial<import("fastify").FastifyError>} */ (error);
  if (known?.code?.startsWith("FST_") && known.statusCode && known.statusCode < 500) {
    return new ApiError(known.statusCode, String(known.message));
  }
  return new ApiError(500, AT_FAULT);
}

/**
 * What is no HTTP gets a short answer, and no more of the connection.
 * @param {Error & { code?: string }} error
 * @param {import("node:net").Socket} socket
 */
export function refuse(error, socket) {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const [status, message] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? ["431 Request Header Fields Too Large", "the headers are too large"]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ["408 Request Timeout", "the request took too long"]
        : ["400 Bad Request", "this is not HTTP"];
  const body = JSON.stringify({ status: "error", message });
  socket.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json; charset=utf-8\r\nX-Content-Type-Options: nosniff\r\n` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
}
