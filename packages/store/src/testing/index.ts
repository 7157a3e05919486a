export { findS3Server, startS3Server, type S3Action, type S3Server } from './s3-server.ts';
