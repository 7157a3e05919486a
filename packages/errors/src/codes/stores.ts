import type { ErrorInfo } from './error-info.ts';

/** Errors of the store of files that several machines share, and of its cache. */
export const STORE_ERRORS = {
  'store.bad-location': {
    meaning: 'SAE_LAB_STORE is neither the absolute path of a folder nor `s3://bucket/prefix`.',
    fix: 'Write `s3://bucket/prefix` or the absolute path of a folder. Credentials belong into separate variables.',
  },
  'store.unreachable': {
    meaning: 'The store does not answer.',
    fix: 'Check AWS_ENDPOINT_URL_S3 and the network, then run the same command again: it continues.',
  },
  'store.no-permission': {
    meaning: 'The store refuses the credentials, or they lack a permission.',
    fix: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE. They must list, read, write and delete below the prefix.',
  },
  'store.wrong-bucket': {
    meaning: 'The bucket of SAE_LAB_STORE does not exist.',
    fix: 'Correct its name, or create the bucket.',
  },
  'store.wrong-region': {
    meaning: 'The bucket is in another region.',
    fix: 'Set AWS_REGION to the region that the message names.',
  },
  'store.other-cluster': {
    meaning: 'Another database uses the same prefix of the store.',
    fix: 'Use another prefix for this database. If the other one is gone, delete the file that the message names.',
  },
  'store.unused': {
    meaning: 'No sweep of this database has stored files in the store, so there is nothing to read.',
    fix: 'Set SAE_LAB_STORE to the value that the sweeps and workers have.',
  },
  'store.not-mounted': {
    meaning:
      'The store lacks the file that tells this database which store it is: it is not mounted, or was emptied.',
    fix: 'Mount the folder, then run the same command again. If its files are gone for good, put the file that the message shows back.',
  },
  'store.refused': {
    meaning: 'The store answered with an error.',
    fix: 'Read what it says in the message. Run again if the error is temporary.',
  },
  'store.missing': {
    meaning: 'A file is not in the store, although a manifest there lists it.',
    fix: 'Run the sweep again: it makes missing files again.',
  },
  'store.corrupted': {
    meaning: 'A file in the store does not have the checksum that was recorded when it was written.',
    fix: 'Run the sweep again: it makes damaged files again. If it repeats, check the disks of the store.',
  },
  'store.exists': {
    meaning: 'The store has another file under a name that is written only once.',
    fix: 'Stop the other writer. Nothing was overwritten.',
  },
  'store.no-cache': {
    meaning: 'The dashboard cannot write the cache of the store, through which it sends files.',
    fix: 'Start it with a --data that you may write to.',
  },
  'store.cache-full': {
    meaning: 'Files of the store do not fit the disk of the cache.',
    fix: 'Free some space there, or set SAE_LAB_DATA to a folder on another disk.',
  },
} as const satisfies Record<string, ErrorInfo>;
