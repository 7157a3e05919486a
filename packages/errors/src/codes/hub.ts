import type { ErrorInfo } from './error-info.ts';

/** Errors of models and datasets on the hub, and of the cache. */
export const HUB_ERRORS = {
  'hub.bad-setting': {
    meaning: 'An environment variable of the hub, e.g. HF_ENDPOINT or HF_TOKEN, is not valid.',
    fix: 'Correct the variable that the message names, or unset it.',
  },
  'hub.bad-repository': {
    meaning: 'The name of a model or dataset is not a valid name on the hub.',
    fix: 'Write OWNER/NAME. A path to local files starts with `.` or `/`.',
  },
  'hub.unknown-repository': {
    meaning: 'The hub has no repository of this name, or it is private.',
    fix: 'Correct the name; the message suggests similar ones. For a private repository, set HF_TOKEN.',
  },
  'hub.unknown-revision': {
    meaning: 'The repository has no such branch, tag or commit.',
    fix: 'Correct the revision, or leave it out for main.',
  },
  'hub.unknown-file': { meaning: 'The repository has no such file.', fix: 'Correct the path.' },
  'hub.no-matching-files': {
    meaning: 'No file of the repository or folder matches what is needed. The message lists what is there.',
    fix: 'Correct the path, or choose another repository or revision.',
  },
  'hub.gated': {
    meaning: 'The repository is gated: its owner has to grant access.',
    fix: 'Accept the conditions on the page that the message names, and set HF_TOKEN.',
  },
  'hub.bad-token': {
    meaning: 'The hub rejected the token.',
    fix: 'Create a new token at https://huggingface.co/settings/tokens and set HF_TOKEN.',
  },
  'hub.forbidden': {
    meaning: 'The hub denied access.',
    fix: 'Check that the token has access to the repository.',
  },
  'hub.no-token': {
    meaning: 'An upload needs a token.',
    fix: 'Create a token with write access at https://huggingface.co/settings/tokens and set HF_TOKEN.',
  },
  'hub.no-write-access': {
    meaning: 'The token cannot create the repository or write to it.',
    fix: 'Use a token with write access, and a name that begins with your own or that of your organisation.',
  },
  'hub.other-content': {
    meaning: 'An upload would change a repository that has other content.',
    fix: 'Choose another name, or add --force to add the files and replace those of the same name.',
  },
  'hub.not-cached': {
    meaning:
      'Files are not in the cache and cannot be downloaded, because the hub is offline or unreachable.',
    fix: 'Unset HF_HUB_OFFLINE or check the network, or set HF_HUB_CACHE to the cache that has them.',
  },
  'hub.unreachable': {
    meaning: 'The hub did not respond, or the connection broke, several times in a row.',
    fix: 'Check the network and run it again: downloads resume. Behind a proxy, set NODE_USE_ENV_PROXY=1.',
  },
  'hub.unavailable': {
    meaning: 'The hub responded with a server error several times in a row.',
    fix: 'Try again later: downloads resume.',
  },
  'hub.rate-limited': {
    meaning: 'The hub limits the rate of requests.',
    fix: 'Wait as long as the message says. With HF_TOKEN set, the limits are higher.',
  },
  'hub.unexpected-answer': {
    meaning: 'The response is not one that a Hugging Face hub sends.',
    fix: 'Check HF_ENDPOINT.',
  },
  'hub.damaged-download': {
    meaning: "A downloaded file does not have the hub's length or checksum, even after another attempt.",
    fix: 'Try again later. If it keeps failing, a proxy may be altering the file.',
  },
  'hub.disk-full': {
    meaning: 'A download does not fit on the disk.',
    fix: 'Free some space or set HF_HUB_CACHE to another disk, then run it again: the download resumes.',
  },
  'hub.cache-not-writable': {
    meaning: 'The cache cannot be written to.',
    fix: 'Make the folder writable, or set HF_HUB_CACHE to another one.',
  },
  'hub.bad-card': {
    meaning: "The YAML header of a dataset's README.md is not valid.",
    fix: 'Report it to the owner of the dataset, or download the files and use their local paths.',
  },
  'hub.unknown-config': {
    meaning: 'The dataset has no such config, or several and no default. The message lists them.',
    fix: 'Set config to one of them.',
  },
  'hub.unknown-split': {
    meaning: 'The config of the dataset has no such split. The message lists the existing ones.',
    fix: 'Set split to one of them.',
  },
  'hub.empty-split': {
    meaning: 'The card of the dataset declares the split, but its patterns match no file.',
    fix: 'Choose another split.',
  },
  'hub.no-data-files': {
    meaning: 'The dataset has no files in a supported format, and the hub has not converted it to parquet.',
    fix: 'Choose another dataset, or convert the files and use their local paths.',
  },
} satisfies Record<string, ErrorInfo>;
