-- DropIndex
DROP INDEX "KnowledgeItem_state_idx";

-- AlterTable
ALTER TABLE "KnowledgeItem" ADD COLUMN     "crawl" JSON,
ADD COLUMN     "progress" JSON;

-- CreateTable
CREATE TABLE "KnowledgeJob" (
    "itemId" TEXT NOT NULL,
    "source" JSON NOT NULL,
    "bytes" BYTEA,
    "attempts" INTEGER NOT NULL DEFAULT 1,
    "dueAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "KnowledgeJob_pkey" PRIMARY KEY ("itemId")
);

-- CreateIndex
CREATE INDEX "KnowledgeJob_dueAt_idx" ON "KnowledgeJob"("dueAt");

-- AddForeignKey
ALTER TABLE "KnowledgeJob" ADD CONSTRAINT "KnowledgeJob_itemId_fkey" FOREIGN KEY ("itemId") REFERENCES "KnowledgeItem"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- What an earlier release was reading when its process ended has nothing that it could be begun again from.
UPDATE "KnowledgeItem" SET "state" = 'failed', "reason" = 'Reading it was interrupted. Add it again.' WHERE "state" = 'processing';
