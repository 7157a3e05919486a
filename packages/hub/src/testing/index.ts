export { type Fault, type FaultEffect } from './faults.ts';
export { startHubServer, type HubServer, type HubServerOptions, type ServedRequest } from './hub-server.ts';
export { type ServedRepository } from './repositories.ts';
export { servedFolder } from './served-folder.ts';
