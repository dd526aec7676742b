-- In a transaction of its own, which keeps no writer out while all rows are read.
ALTER TABLE payments VALIDATE CONSTRAINT payments_hold;
ALTER TABLE processor_routes VALIDATE CONSTRAINT processor_routes_method;
ALTER TABLE checkout_settings VALIDATE CONSTRAINT checkout_settings_methods;
