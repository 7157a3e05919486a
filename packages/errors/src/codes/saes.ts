import type { ErrorInfo } from './error-info.ts';

/** Errors of SAEs that are loaded from files, of this project and of others. */
export const SAE_ERRORS = {
  'sae.not-found': {
    meaning: 'There is no folder of this name, or it cannot be read.',
    fix: 'Correct the path. An SAE on the hub is named hub:OWNER/NAME.',
  },
  'sae.changed': {
    meaning: 'The files of an SAE have other weights than when it was evaluated.',
    fix: 'Restore the files, or evaluate them again: the new weights are another SAE.',
  },
  'sae.unreadable': {
    meaning: 'A file of an SAE is missing or damaged.',
    fix: 'Copy, download or save the SAE again.',
  },
  'sae.bad-source': {
    meaning: 'The name of an SAE is neither a path nor a name on the hub.',
    fix: 'Write a path that starts with . or /, or hub:OWNER/NAME[@REVISION][/PATH].',
  },
  'sae.unknown-format': {
    meaning: 'The folder has no SAE in a supported format. The message lists what is there.',
    fix: 'Name the folder that has the weights. docs/sharing-saes.md lists the formats.',
  },
  'sae.bad-config': {
    meaning: 'A field of the configuration of an SAE is missing or invalid.',
    fix: 'Correct the field, or save the SAE again with the library that trained it.',
  },
  'sae.unsupported': {
    meaning: 'The SAE computes its codes or reconstructions in a way that sae-lab does not implement.',
    fix: 'Use another SAE, or fold the setting that the message names into the weights with the library that trained it.',
  },
  'sae.unknown-field': {
    meaning: 'The configuration has a field that sae-lab does not know, so it may change the codes.',
    fix: 'Remove the field if it does not affect the codes.',
  },
  'sae.missing-tensor': {
    meaning: 'A tensor that the architecture of the SAE needs is missing.',
    fix: 'Save the SAE again.',
  },
  'sae.extra-tensor': {
    meaning: 'The weights have a tensor that the architecture does not use, so the codes may be different.',
    fix: 'Check the architecture in the configuration, or save the SAE again.',
  },
  'sae.tensor-shape': {
    meaning: 'A tensor of the SAE does not have the shape that the configuration asks for.',
    fix: 'Check that the configuration and the weights belong together.',
  },
  'sae.tensor-dtype': {
    meaning: 'A tensor of the SAE has a dtype that cannot be read.',
    fix: 'Save the weights in float32, float16 or bfloat16.',
  },
  'sae.not-finite': {
    meaning: 'A weight of the SAE is NaN or infinite.',
    fix: 'Use another checkpoint: the training of this one diverged.',
  },
  'sae.unsafe-pickle': {
    meaning:
      'A PyTorch file has more than tensors: unpickling it would run code. sae-lab reads tensors only and runs nothing.',
    fix: 'Save the state dict alone: torch.save(sae.state_dict(), "ae.pt").',
  },
} satisfies Record<string, ErrorInfo>;
