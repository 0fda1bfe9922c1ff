/*
 * Everything in this package that depends on the inside of the AWS SDK is in this folder, and nothing else is:
 *
 * - `bucketSettings.ts`: whether a client is plain (middleware list, classes of its handler and signer), and the agents
 *   and timeouts of its request handler.
 * - `middleware.ts`, `httpMessages.ts`: steps, priorities and request shapes of the middleware stack, whose types are
 *   `unknown`; and that the body of a response is Node's own, which knows its request.
 * - `fault.ts`, `region.ts`: fields, names and messages of the SDK's errors.
 *
 * The other modules use these by functions and interfaces of our own, and the SDK by its documented types. The tests in
 * `test/internal/sdk` fail if a new version changes what is read here.
 */

/** The versions that all tests passed with. Add a version only after they have passed with it. */
export const triedVersions: Readonly<Record<string, ReadonlyArray<string>>> = {
  "@aws-sdk/client-s3": ["3.1169.0"],
  "@aws-sdk/core": ["3.981.0"],
  "@aws-sdk/signature-v4-multi-region": ["3.996.52"],
  "@smithy/core": ["3.41.0"],
  "@smithy/node-http-handler": ["4.14.2"]
}
