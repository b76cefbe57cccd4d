-- CreateTable
CREATE TABLE "Sending" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "times" TIMESTAMPTZ(3)[],
    "lastAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "Sending_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Sending_lastAt_idx" ON "Sending"("lastAt");

-- CreateIndex
CREATE INDEX "Sending_userId_idx" ON "Sending"("userId");

-- AddForeignKey
ALTER TABLE "Sending" ADD CONSTRAINT "Sending_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
