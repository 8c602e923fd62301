# Every chapter's folder sets CHAPTER and includes this.
CXX ?= c++
FLAGS = -std=c++11 -O2 -pthread -Wall -Wextra -DCHAPTER=$(CHAPTER)

all: server client

%: %.cpp $(wildcard *.h) Makefile rules.mk
	$(CXX) $(FLAGS) -o $@ $<

clean:
	rm -f server client

.PHONY: all clean
