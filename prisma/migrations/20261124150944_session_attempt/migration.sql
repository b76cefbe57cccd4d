-- AlterTable
ALTER TABLE "Session" ADD COLUMN     "attempt" INTEGER NOT NULL DEFAULT 0;
