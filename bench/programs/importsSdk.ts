/** Loads the SDK's S3 client, and does nothing with it. */
import "@aws-sdk/client-s3"
