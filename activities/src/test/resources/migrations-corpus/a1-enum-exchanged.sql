-- CreateTable
CREATE TABLE "orders" ("id" SERIAL NOT NULL, "state" TEXT, CONSTRAINT "orders_pkey" PRIMARY KEY ("id"));
CREATE TYPE "State" AS ENUM ('OPEN', 'DONE');
ALTER TABLE "orders" ADD COLUMN "kind" "State" NOT NULL DEFAULT 'OPEN';
INSERT INTO orders (kind) VALUES ('DONE'), ('OPEN');

-- AlterEnum
BEGIN;
CREATE TYPE "State_new" AS ENUM ('OPEN', 'CLOSED', 'DONE');
ALTER TABLE "orders" ALTER COLUMN "kind" DROP DEFAULT;
ALTER TABLE "orders" ALTER COLUMN "kind" TYPE "State_new" USING ("kind"::text::"State_new");
ALTER TYPE "State" RENAME TO "State_old";
ALTER TYPE "State_new" RENAME TO "State";
DROP TYPE "State_old";
ALTER TABLE "orders" ALTER COLUMN "kind" SET DEFAULT 'OPEN';
COMMIT;

-- AlterTable
ALTER TABLE "orders" ADD COLUMN     "closed" TIMESTAMP(3),
ADD COLUMN     "note" TEXT;
CREATE UNIQUE INDEX "orders_note_key" ON "orders"("note");
