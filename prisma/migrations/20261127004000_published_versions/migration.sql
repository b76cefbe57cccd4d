-- AlterTable
ALTER TABLE "Workflow" ADD COLUMN     "publishedAt" TIMESTAMPTZ(3),
ADD COLUMN     "publishedVersionId" TEXT;

-- AddForeignKey
ALTER TABLE "Workflow" ADD CONSTRAINT "Workflow_publishedVersionId_fkey" FOREIGN KEY ("publishedVersionId") REFERENCES "Version"("id") ON DELETE RESTRICT ON UPDATE CASCADE;
