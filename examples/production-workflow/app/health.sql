SELECT count(*) FROM categories JOIN services ON services.category = categories.id
