/** The name under which tfjs knows the backend. */
export const cpuBackendName = 'sae-cpu';
