export const ROLES = ['client', 'operator', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking, and as what. */
export interface Caller {
  /** Owns orders, scopes idempotency keys, and goes into the record. */
  id: string;
  role: Role;
}

/** How clients are named: in the file of keys, and by `X-Client-Id` where there are no keys. */
export const CLIENT_ID = /^[A-Za-z0-9._-]{1,64}$/;

export const isRole = (text: string | undefined): text is Role => ROLES.includes(text as Role);

/** A client's orders are its own; who operates or views sees all. */
export const sees = ({ id, role }: Caller, { client_id }: { client_id: string }): boolean =>
  role !== 'client' || id === client_id;
