stalls() { :; }
