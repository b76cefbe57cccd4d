-- AlterTable
ALTER TABLE "Thread" ADD COLUMN     "behindAt" TIMESTAMPTZ(3),
ADD COLUMN     "told" INTEGER NOT NULL DEFAULT 0;

-- CreateIndex
CREATE INDEX "Thread_behindAt_idx" ON "Thread"("behindAt");

-- What is left to be handed over of conversations that are open.
UPDATE "Thread" SET "told" = stored."seq", "behindAt" = stored."updatedAt"
FROM "Session" AS stored
WHERE "Thread"."key" IS NOT NULL AND stored."id" = "Thread"."sessionId" AND stored."seq" > "Thread"."seq";
