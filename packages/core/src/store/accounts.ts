import type { Page, PageRequest } from './page.ts';

export interface User {
  id: string;
  email: string;
  /** The bcrypt hash, or a text no password hashes to. */
  password: string;
  name: string | null;
  /** Login tokens carry this number; counting it up ends all older ones. */
  tokenEpoch: number;
  createdAt: string;
  updatedAt: string;
}

/** A stored key, sealed. */
export interface SealedKey {
  id: string;
  userId: string;
  service: string;
  encryptedKey: string;
  lastFour: string;
  host: string | null;
  createdAt: string;
  updatedAt: string;
}

/** What a call with an idempotency key was answered; null while it is at work. It goes with its caller, and with what it is about. */
export interface StoredReply {
  id: string;
  fingerprint: string;
  answer: string | null;
  userId: string | null;
  sessionId: string | null;
  contactId: string | null;
  createdAt: string;
}

/** What an answer tells of: where that is erased, the answer goes with it. */
export type About = Pick<StoredReply, 'sessionId' | 'contactId'>;

export interface UserStore {
  get(id: string): Promise<User | null>;
  findByEmail(email: string): Promise<User | null>;
  create(user: User): Promise<void>;
  /** Newest first. */
  list(page: PageRequest): Promise<Page<User>>;
  update(
    id: string,
    patch: Partial<Pick<User, 'email' | 'password' | 'name' | 'tokenEpoch'>>,
    at: string,
    /** What `tokenEpoch` must still be: else it refuses with `conflict`. */
    epoch?: number,
  ): Promise<User>;
  /** With everything that is theirs. */
  remove(id: string): Promise<void>;
  /** Null for an unknown user. Asked at every call, so answered together for all that ask at the moment. */
  tokenEpoch(id: string): Promise<number | null>;
}

export interface KeyStore {
  get(userId: string, service: string): Promise<SealedKey | null>;
  /** By service. */
  list(userId: string, page: PageRequest): Promise<Page<SealedKey>>;
  /** Replaces the one of the same user and service, whose id and creation stay. */
  put(key: SealedKey): Promise<SealedKey>;
  /** Whether there was one. */
  remove(userId: string, service: string): Promise<boolean>;
  /** Everybody's, in the order of their ids, after this one. */
  after(id: string | null, limit: number): Promise<SealedKey[]>;
  /** Whether it was still sealed as `from`. */
  reseal(id: string, from: string, to: string): Promise<boolean>;
}

export interface ReplyStore {
  /** Claims the id: null when it is free, else what is there. A claim without an answer that is older than `staleBefore` is taken over. */
  claim(reply: StoredReply, staleBefore: string): Promise<StoredReply | null>;
  answer(id: string, answer: string, about: About): Promise<void>;
  remove(id: string): Promise<void>;
  /** Forgets those made before. */
  prune(before: string): Promise<void>;
}
