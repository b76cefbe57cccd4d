import type * as core from '@crmflow/core/contract';
import type * as live from './session.ts';

// Each of these is also the name of a schema or a class. Exported as it is, the declarations would promise a value that
// the built file does not have.

/** A conversation under way, as `start` and `resume` give it. */
export type LiveSession = live.LiveSession;
/** One thing that a session tells; its `type` says which. */
export type SessionEvent = core.SessionEvent;
/** A session as its starter and its owner may see it. */
export type SessionView = core.SessionView;
/** Where a session stands after a call, and what it told. */
export type TurnView = core.TurnView;
/** Something that was said, on either side. Its `text` is plain text. */
export type Message = core.Message;
/** A file that the visitor gave. */
export type VisitorFile = core.VisitorFile;
/** A picture, a recording, a film or a file that the bot shows. */
export type Media = core.Media;
/** Where words of an answer were taken from. */
export type Citation = core.Citation;
/** What is asked for: enough to draw the right control. */
export type Expects = core.Expects;
/** A workflow with its nodes and edges. */
export type WorkflowView = core.WorkflowView;
/** A template with its nodes and edges. */
export type TemplateView = core.TemplateView;
/** What an owner hears of sessions that wait for a person. */
export type HandoverEvent = core.HandoverEvent;
/** A piece of an answer that is streamed; the last is `done`. */
export type GeneratePart = core.GeneratePart;
