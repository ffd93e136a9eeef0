-- Not validated: what it allows is what the one before it allowed and more, and all rows would be read under the lock.
ALTER TABLE "inbox_items" DROP CONSTRAINT "inbox_items_reason_check";--> statement-breakpoint
ALTER TABLE "inbox_items" ADD CONSTRAINT "inbox_items_reason_check" CHECK ("reason" in ('approval', 'permission', 'budget', 'failed', 'finished', 'mentioned', 'answered', 'commented', 'assigned')) NOT VALID;
