-- nothing to do here
/* ; ; */
;
  ;;
