import type { Crmflow } from '@crmflow/core/contract';

type Answer<F extends (...given: never[]) => Promise<unknown>> = Awaited<ReturnType<F>>;

export type SessionView = Answer<Crmflow['sessions']['get']>;
export type WorkflowView = Answer<Crmflow['workflows']['get']>;
export type TemplateView = Answer<Crmflow['templates']['get']>;
