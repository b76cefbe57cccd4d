-- AlterTable
ALTER TABLE "Workflow" ADD COLUMN     "firesAt" TIMESTAMPTZ(3),
ADD COLUMN     "firingAfter" TEXT,
ADD COLUMN     "firingUntil" TIMESTAMPTZ(3);

-- CreateIndex
CREATE INDEX "Workflow_firesAt_idx" ON "Workflow"("firesAt");
