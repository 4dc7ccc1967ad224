export const SERVICES = ['inventory', 'payment', 'notification'] as const;
export type ServiceName = (typeof SERVICES)[number];

export const WORKERS = ['worker-1', 'worker-2'] as const;
export const APIS = ['api-1', 'api-2'] as const;
export type WorkerName = (typeof WORKERS)[number];
export type ApiName = (typeof APIS)[number];

/** In the order in which they are brought up. */
export const PROCESSES = ['postgresql', 'temporal', ...SERVICES, ...WORKERS, ...APIS] as const;
export type ProcessName = (typeof PROCESSES)[number];

/** Who connects to whom; each goes through a proxy of its own. The client is the harness. */
export const LINKS = [
  ...APIS.map((api) => `client>${api}` as const),
  ...APIS.flatMap((api) => [`${api}>postgresql`, `${api}>temporal`] as const),
  ...WORKERS.flatMap((worker) => [`${worker}>postgresql`, `${worker}>temporal`] as const),
  ...WORKERS.flatMap((worker) => SERVICES.map((service) => `${worker}>${service}` as const)),
  ...SERVICES.map((service) => `${service}>postgresql` as const),
] as const;
export type LinkName = (typeof LINKS)[number];

export const endsOf = (link: LinkName) => link.split('>') as ['client' | ProcessName, ProcessName];
